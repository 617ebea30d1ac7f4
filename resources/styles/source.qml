<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22" styleCategories="Symbology">
 <pipe-data-defined-properties>
  <Option type="Map">
   <Option value="" name="name" type="QString"/>
   <Option name="properties"/>
   <Option value="collection" name="type" type="QString"/>
  </Option>
 </pipe-data-defined-properties>
 <pipe>
  <provider>
   <resampling enabled="false" zoomedOutResamplingMethod="nearestNeighbour" maxOversampling="2" zoomedInResamplingMethod="nearestNeighbour"/>
  </provider>
  <rasterrenderer opacity="0.6" nodataColor="" band="1" alphaBand="-1" type="paletted">
   <minMaxOrigin>
    <limits>None</limits>
    <extent>WholeRaster</extent>
    <statAccuracy>Estimated</statAccuracy>
    <cumulativeCutLower>0.02</cumulativeCutLower>
    <cumulativeCutUpper>0.98</cumulativeCutUpper>
    <stdDevFactor>2</stdDevFactor>
   </minMaxOrigin>
   <colorPalette>
    <paletteEntry value="0" alpha="0" label="kept" color="#000000"/>
    <paletteEntry value="1" alpha="255" label="thin cloud corrected" color="#8fd3ff"/>
    <paletteEntry value="2" alpha="255" label="clear date" color="#2c9f5b"/>
    <paletteEntry value="3" alpha="255" label="the image's own clear ground" color="#f2b01e"/>
    <paletteEntry value="4" alpha="255" label="radar and training only" color="#c23b6e"/>
   </colorPalette>
  </rasterrenderer>
  <brightnesscontrast gamma="1" brightness="0" contrast="0"/>
  <huesaturation colorizeRed="255" grayscaleMode="0" colorizeBlue="128" invertColors="0" colorizeOn="0" colorizeGreen="128" colorizeStrength="100" saturation="0"/>
  <rasterresampler maxOversampling="2"/>
  <resamplingStage>resamplingFilter</resamplingStage>
 </pipe>
 <blendMode>0</blendMode>
</qgis>
