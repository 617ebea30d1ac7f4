<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis styleCategories="Symbology" version="3.22">
 <pipe-data-defined-properties>
  <Option type="Map">
   <Option type="QString" name="name" value=""/>
   <Option name="properties"/>
   <Option type="QString" name="type" value="collection"/>
  </Option>
 </pipe-data-defined-properties>
 <pipe>
  <provider>
   <resampling enabled="false" zoomedInResamplingMethod="nearestNeighbour" zoomedOutResamplingMethod="nearestNeighbour" maxOversampling="2"/>
  </provider>
  <rasterrenderer type="singlebandpseudocolor" classificationMax="0.01" classificationMin="0" opacity="0.5" nodataColor="" alphaBand="-1" band="1">
   <minMaxOrigin>
    <limits>None</limits>
    <extent>WholeRaster</extent>
    <statAccuracy>Estimated</statAccuracy>
    <cumulativeCutLower>0.02</cumulativeCutLower>
    <cumulativeCutUpper>0.98</cumulativeCutUpper>
    <stdDevFactor>2</stdDevFactor>
   </minMaxOrigin>
   <rastershader>
    <colorrampshader colorRampType="INTERPOLATED" clip="0" minimumValue="0" maximumValue="0.01" classificationMode="1" labelPrecision="4">
     <colorramp type="gradient" name="[source]">
      <Option type="Map">
       <Option type="QString" name="color1" value="33,102,172,0"/>
       <Option type="QString" name="color2" value="253,231,37,255"/>
       <Option type="QString" name="discrete" value="0"/>
       <Option type="QString" name="rampType" value="gradient"/>
       <Option type="QString" name="stops" value="0.25;42,150,178,64:0.5;53,190,150,128:0.75;150,215,80,191"/>
      </Option>
      <prop v="33,102,172,0" k="color1"/>
      <prop v="253,231,37,255" k="color2"/>
      <prop v="0" k="discrete"/>
      <prop v="gradient" k="rampType"/>
      <prop v="0.25;42,150,178,64:0.5;53,190,150,128:0.75;150,215,80,191" k="stops"/>
     </colorramp>
     <item color="#2166ac" label="0.0000" alpha="0" value="0"/>
     <item color="#2a96b2" label="0.0025" alpha="64" value="0.0025"/>
     <item color="#35be96" label="0.0050" alpha="128" value="0.005"/>
     <item color="#96d750" label="0.0075" alpha="191" value="0.0075"/>
     <item color="#fde725" label="0.0100" alpha="255" value="0.01"/>
     <rampLegendSettings minimumLabel="" direction="0" orientation="2" prefix="" maximumLabel="" suffix="" useContinuousLegend="1">
      <numericFormat id="basic">
       <Option type="Map">
        <Option type="QChar" name="decimal_separator" value=""/>
        <Option type="int" name="decimals" value="4"/>
        <Option type="int" name="rounding_type" value="0"/>
        <Option type="bool" name="show_plus" value="false"/>
        <Option type="bool" name="show_thousand_separator" value="true"/>
        <Option type="bool" name="show_trailing_zeros" value="false"/>
        <Option type="QChar" name="thousand_separator" value=""/>
       </Option>
      </numericFormat>
     </rampLegendSettings>
    </colorrampshader>
   </rastershader>
  </rasterrenderer>
  <brightnesscontrast contrast="0" gamma="1" brightness="0"/>
  <huesaturation grayscaleMode="0" colorizeStrength="100" invertColors="0" colorizeBlue="128" colorizeOn="0" colorizeRed="255" colorizeGreen="128" saturation="0"/>
  <rasterresampler maxOversampling="2"/>
  <resamplingStage>resamplingFilter</resamplingStage>
 </pipe>
 <blendMode>0</blendMode>
</qgis>
